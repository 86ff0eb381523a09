// What every drawing of a figure needs, on a page and as a picture.
// A legend at a share of the plot's height below it meets the axis title where the chart is low or its names take two lines:
// it goes to the chart's own edge instead, and the plot leaves it that room.
const legendBelow = (figure, width) => {
  const layout = figure.layout || {};
  const legend = layout.legend || {};
  if (legend.orientation !== 'h' || !(legend.y < 0) || legend.yref) return {};
  const named = (figure.data || []).filter(trace => trace.name && trace.showlegend !== false);
  if (layout.showlegend === false || named.length < 2 && layout.showlegend !== true) return {};
  const room = width - ((layout.margin && layout.margin.l) || 80) - 20;
  const lines = Math.ceil(named.reduce((sum, trace) => sum + 48 + 7 * trace.name.length, 0) / room);
  // A chart is made for a legend of two lines; more of them, on a phone, make it higher rather than its plot lower.
  const more = 20 * Math.max(0, lines - 2);
  return {
    ...(more ? { height: (layout.height || 450) + more } : {}),
    legend: { ...legend, yref: 'container', y: 0, yanchor: 'bottom' },
    margin: { ...(layout.margin || {}), b: Math.max((layout.margin && layout.margin.b) || 0, 70 + 20 * lines) },
  };
};
