(() => {
  'use strict';
  const root = document.documentElement;
  const media = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : media.matches;

  for (const node of document.querySelectorAll('.math')) {
    if (window.temml) temml.render(node.textContent, node, { displayMode: 'display' in node.dataset, throwOnError: false });
  }

  const colours = () => {
    const style = getComputedStyle(root);
    const colour = name => style.getPropertyValue(name).trim();
    return { ink: colour('--ink'), line: colour('--line'), soft: colour('--soft'), accent: colour('--accent') };
  };
  const isNarrow = () => innerWidth < 832;
  // Plotly cuts a title that is wider than its chart: break it between words instead.
  const broken = (text, columns) => text.split(/<br\s*\/?>/i).map(line => line.split(' ').reduce((lines, word) => {
    const last = lines[lines.length - 1];
    if (last && (last + ' ' + word).replace(/<[^>]*>/g, '').length <= columns) lines[lines.length - 1] = last + ' ' + word;
    else lines.push(word);
    return lines;
  }, []).join('<br>')).join('<br>');
  // A legend above the plot takes lines of its own between plot and title: one where all names fit, else columns as wide as the longest.
  const linesAbove = (layout, data, width) => {
    const legend = layout.legend || {};
    const names = (data || []).filter(trace => trace.name && trace.showlegend !== false && trace.visible !== false).map(trace => 48 + 6.5 * trace.name.length);
    if (legend.orientation !== 'h' || !(legend.y >= 1) || names.length < 2) return 0;
    const room = width - 80;
    return names.reduce((sum, one) => sum + one, 0) <= room ? 1 : Math.ceil(names.length / Math.max(1, Math.floor(room / Math.max(...names))));
  };
  // Likewise an axis's title, along the room that margins leave to the plot.
  const named = (axis, length, font) => {
    const title = typeof axis.title === 'string' ? { text: axis.title } : axis.title;
    if (!title || !title.text) return { axis, more: 0 };
    const size = (title.font && title.font.size) || 1.2 * ((font && font.size) || 12);
    const [low, high] = axis.domain || [0, 1];
    const text = broken(title.text, Math.max(12, Math.floor(length * (high - low) / (size * 0.56))));
    return { axis: { ...axis, title: { ...title, text } }, more: (text.split('<br>').length - 1) * size * 1.3 };
  };
  const titled = (layout, data, width) => {
    const title = typeof layout.title === 'string' ? { text: layout.title } : layout.title;
    if (!title || !title.text) return {};
    const size = (title.font && title.font.size) || (isNarrow() ? 14 : 17);
    const text = broken(title.text, Math.max(16, Math.floor((width - 48) / (size * 0.56))));
    const lines = text.split('<br>').length, above = linesAbove(layout, data, width);
    return {
      // Plotly puts a title into the middle of its margin, where a legend of several lines would be.
      title: { ...(above ? { yref: 'container', y: 1, yanchor: 'top', pad: { t: 14 } } : {}), ...title, text, font: { ...(title.font || {}), size } },
      margin: { ...(layout.margin || {}), t: Math.max((layout.margin && layout.margin.t) || 0, 40 + lines * size * 1.35 + 20 * above) },
    };
  };
  // Black is a colour of many palettes, and invisible on a dark page.
  const black = /^(#000|#000000|black|rgb\(0, ?0, ?0\))$/i;
  const inked = (value, ink) => typeof value === 'string' ? (black.test(value) ? ink : value)
    : Array.isArray(value) ? (value.some(one => typeof one === 'string' && black.test(one)) ? value.map(one => inked(one, ink)) : value)
    : value;
  const visible = (data, ink) => !isDark() ? data : data.map(trace => {
    const copy = { ...trace };
    for (const part of ['marker', 'line', 'textfont', 'error_x', 'error_y']) {
      if (copy[part] && copy[part].color) copy[part] = { ...copy[part], color: inked(copy[part].color, ink) };
    }
    if (copy.marker && copy.marker.line && copy.marker.line.color) copy.marker = { ...copy.marker, line: { ...copy.marker.line, color: inked(copy.marker.line.color, ink) } };
    return copy;
  });
  // A page's layout for paper comes after the event that announces it, so charts are drawn for the width of a sheet and not for that of the window.
  const paper = 680;
  let printing = false;
  // A figure's own colours win; what it leaves open follows the page.
  const themed = (figure, width) => {
    const { ink, line, soft, accent } = colours();
    const layout = { ...(figure.layout || {}), ...legendBelow(figure, width) };
    if (isDark() && layout.colorway) layout.colorway = layout.colorway.map(colour => inked(colour, ink));
    const clear = 'rgba(0,0,0,0)';
    const copy = { autosize: true, paper_bgcolor: clear, plot_bgcolor: clear, ...layout, ...titled(layout, figure.data, width) };
    // The buttons stand at the right edge of a wide page: a line that ends there must not lie under them.
    if (!isNarrow() && !printing) copy.margin = { ...(copy.margin || {}), r: Math.max((copy.margin && copy.margin.r) || 0, 40) };
    copy.modebar = { orientation: 'v', bgcolor: clear, color: soft, activecolor: accent, ...(layout.modebar || {}) };
    delete copy.width;
    if (printing) Object.assign(copy, { width: paper, autosize: false });
    copy.font = { color: ink, ...(layout.font || {}) };
    for (const key of new Set([...Object.keys(layout).filter(k => /^[xy]axis\d*$/.test(k)), 'xaxis', 'yaxis'])) {
      // An axis over another has ticks of its own; plotly would put them where the other's stand, at values like 1.434.
      const over = layout[key] && layout[key].overlaying ? { tickmode: 'auto' } : {};
      const { l = 80, r = 80, t = 100, b = 80 } = copy.margin || {};
      const { axis, more } = named(layout[key] || {}, key[0] === 'x' ? (printing ? paper : width) - l - r : (copy.height || 450) - t - b, copy.font);
      copy[key] = { gridcolor: line, zerolinecolor: line, linecolor: line, automargin: true, ...over, ...axis };
      if (key[0] === 'x' && more) copy.margin = { ...copy.margin, b: b + more };
    }
    return copy;
  };
  const charts = [];
  const sized = (chart, layout) => {
    if (layout.height) chart.style.height = layout.height + 'px';
    return layout;
  };
  for (const node of document.querySelectorAll('.chart')) {
    const source = node.querySelector('script');
    if (!source || !window.Plotly) continue;
    const figure = JSON.parse(source.textContent);
    const chart = document.createElement('div');
    chart.style.height = node.style.minHeight;
    node.append(chart);
    // The buttons come beside the chart under a pointer; on a phone they would lie on it for good.
    const config = {
      displaylogo: false, responsive: true, displayModeBar: isNarrow() ? false : 'hover',
      modeBarButtonsToRemove: ['sendDataToCloud', 'sendChartToCloud', 'select2d', 'lasso2d'], ...(figure.config || {}),
    };
    charts.push({ chart, figure });
    const drawn = Plotly.newPlot(chart, visible(figure.data || [], colours().ink), sized(chart, themed(figure, node.clientWidth)), config);
    if (figure.frames) drawn.then(() => Plotly.addFrames(chart, figure.frames));
  }
  const recolour = () => charts.forEach(({ chart, figure }) => Plotly.react(chart, visible(figure.data || [], colours().ink), sized(chart, themed(figure, printing ? paper : chart.clientWidth)), chart._context));
  media.addEventListener('change', recolour);
  document.getElementById('theme').onclick = () => { root.dataset.theme = isDark() ? 'light' : 'dark'; recolour(); };

  let resized;
  addEventListener('resize', () => { clearTimeout(resized); resized = setTimeout(recolour, 200); });

  const fold = document.getElementById('fold');
  fold.onclick = () => {
    const open = fold.textContent.startsWith('Show');
    document.querySelectorAll('section.code details').forEach(d => { d.open = open; });
    fold.textContent = open ? 'Fold all code' : 'Show all code';
  };
  if (isNarrow()) document.querySelector('nav details').open = false;
  // Paper is light, whatever the page is.
  let chosen;
  addEventListener('beforeprint', () => { chosen = root.dataset.theme; root.dataset.theme = 'light'; printing = true; recolour(); });
  addEventListener('afterprint', () => { printing = false; if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme; recolour(); });
})();
