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
    return { ink: style.getPropertyValue('--ink').trim(), line: style.getPropertyValue('--line').trim() };
  };
  // A figure's own colours win; what it leaves open follows the page.
  const themed = layout => {
    const { ink, line } = colours();
    const copy = { autosize: true, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', ...layout };
    delete copy.width;
    copy.font = { color: ink, ...(layout.font || {}) };
    // Plotly does not break titles: on a phone a long one would lose both ends.
    if (innerWidth < 600 && layout.title && layout.title.text) {
      copy.title = { ...layout.title, text: layout.title.text.replace(/(.{1,40})(\s|$)/g, '$1<br>').replace(/<br>$/, ''), font: { size: 13 } };
    }
    for (const key of new Set([...Object.keys(layout).filter(k => /^[xy]axis\d*$/.test(k)), 'xaxis', 'yaxis'])) {
      copy[key] = { gridcolor: line, zerolinecolor: line, linecolor: line, automargin: true, ...(layout[key] || {}) };
    }
    return copy;
  };
  const charts = [];
  for (const node of document.querySelectorAll('.chart')) {
    const source = node.querySelector('script');
    if (!source || !window.Plotly) continue;
    const figure = JSON.parse(source.textContent);
    const chart = document.createElement('div');
    chart.style.height = node.style.minHeight;
    node.append(chart);
    const config = { displaylogo: false, responsive: true, ...(figure.config || {}) };
    charts.push({ chart, figure });
    const drawn = Plotly.newPlot(chart, figure.data || [], themed(figure.layout || {}), config);
    if (figure.frames) drawn.then(() => Plotly.addFrames(chart, figure.frames));
  }
  const recolour = () => charts.forEach(({ chart, figure }) => Plotly.react(chart, figure.data || [], themed(figure.layout || {}), chart._context));
  media.addEventListener('change', recolour);
  document.getElementById('theme').onclick = () => { root.dataset.theme = isDark() ? 'light' : 'dark'; recolour(); };

  const fold = document.getElementById('fold');
  fold.onclick = () => {
    const open = fold.textContent.startsWith('Show');
    document.querySelectorAll('section.code details').forEach(d => { d.open = open; });
    fold.textContent = open ? 'Fold all code' : 'Show all code';
  };
  if (innerWidth < 832) document.querySelector('nav details').open = false;
  addEventListener('beforeprint', () => charts.forEach(({ chart }) => Plotly.Plots.resize(chart)));
})();
