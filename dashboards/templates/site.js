// What scripts add to a page that is complete without them: charts that answer to a pointer, search and paging over rows and
// enterprises. Data comes from files beside, loaded as scripts so that it also works from disk. Texts are only ever set as text.
(function () {
  'use strict';
  var waiting = {};
  window.tongbao = function (key, data) { if (waiting[key]) { waiting[key](data); } };
  var loaded = {};
  function load(root, key) {
    if (!loaded[key]) {
      loaded[key] = new Promise(function (resolve, reject) {
        waiting[key] = resolve;
        var tag = document.createElement('script');
        tag.src = root + key + '.js';
        tag.onerror = function () { delete loaded[key]; reject(new Error(key)); };
        document.head.appendChild(tag);
      });
    }
    return loaded[key];
  }
  function el(name, attributes, children) {
    var node = name === 'svg' || attributes && attributes.ns ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
    Object.keys(attributes || {}).forEach(function (k) { if (k !== 'ns' && attributes[k] !== null) { node.setAttribute(k, attributes[k]); } });
    (children || []).forEach(function (c) { node.appendChild(typeof c === 'string' ? document.createTextNode(c) : c); });
    return node;
  }

  // Charts: the static picture stays until the live one is drawn in its place, and comes back for print.
  function enliven(figure) {
    if (figure.dataset.done || !window.echarts) { return; }
    figure.dataset.done = '1';
    var option = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    var still = figure.querySelector('.still');
    var picture = still.querySelector('svg').viewBox.baseVal;
    if (figure.clientWidth < 460) { return; } // on a phone the static picture scrolls; nothing hovers there
    var live = el('div', { 'class': 'live', 'aria-hidden': 'true' });
    var width = Math.min(figure.clientWidth, 640);
    live.style.height = picture.height * Math.max(1, Math.min(1.15, width / picture.width)) + 'px';
    live.style.width = width + 'px';
    option.textStyle.fontFamily = getComputedStyle(document.body).fontFamily;
    figure.appendChild(live);
    try {
      var chart = echarts.init(live, null, { renderer: 'svg' });
      chart.setOption(option);
      still.hidden = true;
      window.addEventListener('resize', function () {
        live.style.width = Math.min(figure.clientWidth, 640) + 'px';
        chart.resize();
      });
    } catch (e) { live.remove(); }
  }
  var figures = Array.prototype.slice.call(document.querySelectorAll('figure[data-chart]'));
  if ('IntersectionObserver' in window) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (e) { if (e.isIntersecting) { seen.unobserve(e.target); enliven(e.target); } });
    }, { rootMargin: '200px' });
    figures.forEach(function (f) { seen.observe(f); });
  }
  window.addEventListener('beforeprint', function () { document.querySelectorAll('.still').forEach(function (s) { s.hidden = false; }); });
  window.addEventListener('afterprint', function () { document.querySelectorAll('.live').forEach(function (l) { l.parentNode.querySelector('.still').hidden = true; }); });

  // A picture or table that fits needs no stop of its own.
  function stops() {
    document.querySelectorAll('.chart, .scroll').forEach(function (n) {
      if (n.scrollWidth > n.clientWidth) { n.setAttribute('tabindex', '0'); } else { n.removeAttribute('tabindex'); }
    });
  }
  stops();
  window.addEventListener('resize', stops);

  // Tables sort by any column: a button in each header, the direction said by aria-sort.
  function plainNumber(text) {
    var n = parseFloat(text.replace(/[,\s]/g, '').replace('\u2212', '-').replace(/^[^0-9.+-]+/, ''));
    return isNaN(n) ? null : n;
  }
  function order(values, isNumeric, down) {
    var keyed = values.map(function (v, i) { return { at: i, key: isNumeric ? plainNumber(v) : v }; });
    keyed.sort(function (a, b) {
      if (a.key === b.key) { return a.at - b.at; }
      if (a.key === null || a.key === '') { return 1; } // what has no value comes last, either way
      if (b.key === null || b.key === '') { return -1; }
      var by = isNumeric ? a.key - b.key : a.key < b.key ? -1 : 1;
      return down ? -by : by;
    });
    return keyed.map(function (k) { return k.at; });
  }
  function sortable(table, apply) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, i) {
      var button = el('button', { type: 'button', 'class': 'sort' }, [head.textContent]);
      head.replaceChildren(button);
      button.onclick = function () {
        var down = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach(function (h) { h.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        apply(i, head.classList.contains('n'), down);
      };
    });
  }
  document.querySelectorAll('.block:not(.long) table').forEach(function (one) {
    var lines = Array.prototype.slice.call(one.tBodies[0].rows);
    if (lines.length < 3) { return; }
    var sums = lines.filter(function (r) { return r.querySelector('.total'); });
    lines = lines.filter(function (r) { return sums.indexOf(r) < 0; });
    sortable(one, function (i, isNumeric, down) {
      var texts = lines.map(function (r) { return r.cells[i].textContent; });
      one.tBodies[0].append.apply(one.tBodies[0], order(texts, isNumeric, down).map(function (at) { return lines[at]; }).concat(sums));
    });
  });

  var source = document.getElementById('page-data');
  if (!source) { return; }
  var data = JSON.parse(source.textContent);
  var texts = data.texts || {};
  function t(chinese) { return texts[chinese] === undefined ? chinese : texts[chinese]; }
  var block = document.getElementById('rows');
  var table = block.querySelector('table');
  var body = table.tBodies[0];
  var pageSize = 50;
  var regionName = {}, regionCity = {};
  data.regions.forEach(function (r) { regionName[r[0]] = r[1]; regionCity[r[0]] = r[3]; });

  var search = el('input', { type: 'search', id: 'q', autocomplete: 'off' });
  var region = el('select', { id: 'region' }, [el('option', { value: '' }, [t('全部地区')])]);
  data.regions.forEach(function (r) { region.appendChild(el('option', { value: r[0] }, [(r[2] === 'county' ? t('　') : '') + r[1]])); });
  var status = el('p', { 'class': 'status', role: 'status', 'aria-live': 'polite' });
  var tools = el('div', { 'class': 'tools' }, [
    el('label', { 'for': 'q' }, [t('检索（多个词用空格分开）'), search]),
    el('label', { 'for': 'region' }, [t('地区'), region]), status
  ]);
  block.insertBefore(tools, block.querySelector('.pair'));
  var back = el('button', { type: 'button' }, [t('上一页')]), next = el('button', { type: 'button' }, [t('下一页')]), place = el('span', {}, []);
  var pager = el('nav', { 'class': 'pager', 'aria-label': t('翻页') }, [back, place, next]);
  block.querySelector('.pair').after(pager);

  function matches(text, words) {
    for (var i = 0; i < words.length; i++) { if (text.indexOf(words[i]) < 0) { return false; } }
    return true;
  }
  function inRegion(code, wanted) {
    return !wanted || code === wanted || regionCity[code] === wanted;
  }
  function pagerOf(draw, field) {
    var at = 0, found = [], by = null;
    function sorted() {
      if (by === null) { return; }
      found = order(found.map(function (row) { return field(row, by.column); }), by.isNumeric, by.down).map(function (i) { return found[i]; });
    }
    sortable(table, function (i, isNumeric, down) { by = { column: i, isNumeric: isNumeric, down: down }; sorted(); at = 0; show(); });
    function show() {
      var pages = Math.max(1, Math.ceil(found.length / pageSize));
      at = Math.min(at, pages - 1);
      place.textContent = t('第') + (at + 1) + t('页，共') + pages + t('页');
      back.disabled = at === 0;
      next.disabled = at >= pages - 1;
      body.replaceChildren.apply(body, found.slice(at * pageSize, (at + 1) * pageSize).map(draw));
    }
    back.onclick = function () { at--; show(); table.scrollIntoView({ block: 'nearest' }); };
    next.onclick = function () { at++; show(); table.scrollIntoView({ block: 'nearest' }); };
    return function (rows, keep) { found = rows.slice(); sorted(); if (!keep) { at = 0; } show(); };
  }
  function debounce(f) { var t; return function () { clearTimeout(t); t = setTimeout(f, 150); }; }
  function all(keys, each) {
    return keys.reduce(function (before, key) { return before.then(function () { return load(data.root, key).then(each); }); }, Promise.resolve());
  }

  if (data.kind === 'rows') { rowsView(); } else { enterprisesView(); }

  function rowsView() {
    var show = pagerOf(function (row) {
      var cut = row[1].indexOf('#'), home = row[1].slice(0, Math.max(0, cut)), uscc = row[1].slice(cut + 1);
      return el('tr', {}, row.slice(2).map(function (value, i) {
        var content = i === data.link && home ? [el('a', { href: data.root + home + '.html#' + encodeURIComponent(uscc) }, [value])] : [value];
        return i === 0 ? el('th', { scope: 'row' }, content) : el('td', { 'class': table.tHead.rows[0].cells[i].className || null }, content);
      }));
    }, function (row, i) { return row[i + 2]; });
    var rows = [], keys = [];
    for (var i = 0; i < data.shards; i++) { keys.push(data.prefix + i); }
    function filter() {
      var words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      var found = rows.filter(function (r) { return inRegion(r[0], region.value) && (!words.length || matches(r.join('\u0001').toLowerCase(), words)); });
      status.textContent = t('检得') + found.length + t('条，共') + data.rows + t('条');
      show(found);
    }
    status.textContent = t('正在读取…');
    all(keys, function (part) { rows = rows.concat(part); }).then(function () {
      fromHash();
      filter();
    }, function () { status.textContent = t('数据文件没有读到，下表只列前') + body.rows.length + t('条。'); });
    search.oninput = debounce(filter);
    region.onchange = filter;
    function fromHash() {
      var m = /region=([0-9A-Za-z]+)/.exec(location.hash);
      if (m) { region.value = m[1]; }
    }
    window.addEventListener('hashchange', function () { fromHash(); filter(); });
  }

  function word(column, code) {
    var list = data.words[column] || [];
    for (var i = 0; i < list.length; i += 2) { if (list[i] === code) { return list[i + 1]; } }
    return code;
  }
  function stripOf(strip) {
    var names = { '-': t('未检'), '0': t('检无隐患'), 'g': t('一般隐患'), 'm': t('重大隐患'), 'r': t('复发'), 'p': t('处罚') };
    var marks = { '-': t('·'), '0': '0', 'g': t('一'), 'm': t('重'), 'r': t('复'), 'p': t('罚') };
    var said = strip.split('').map(function (c) { return names[c] || c; }).join(t('、'));
    return el('span', { 'class': 'strip12', role: 'img', 'aria-label': t('近12个季度：') + said }, strip.split('').map(function (c) {
      return el('i', { 'class': 'q' + c, title: names[c] || c, 'aria-hidden': 'true' }, [marks[c] || c]);
    }));
  }

  function enterprisesView() {
    var sector = el('select', { id: 'sector' }, [el('option', { value: '' }, [t('全部领域')])]);
    var sectors = data.words.sector || [];
    for (var i = 0; i < sectors.length; i += 2) { sector.appendChild(el('option', { value: sectors[i] }, [sectors[i + 1]])); }
    tools.insertBefore(el('label', { 'for': 'sector' }, [t('监管领域'), sector]), status);
    var show = pagerOf(function (e) {
      return el('tr', {}, [
        el('th', { scope: 'row' }, [el('a', { href: data.root + e[8] + '.html#' + encodeURIComponent(e[0]) }, [e[1]])]), el('td', {}, [e[0]]),
        el('td', {}, [regionName[e[2]] || e[2]]), el('td', {}, [word('sector', e[3])]), el('td', {}, [e[4]]), el('td', {}, [e[7] ? stripOf(e[7]) : ''])
      ]);
    }, function (e, i) { return [e[1], e[0], regionName[e[2]] || e[2], word('sector', e[3]), e[4], e[7]][i]; });
    var ticket = 0;
    function filter() {
      var mine = ++ticket;
      var words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      var city = region.value ? regionCity[region.value] || region.value : '';
      var found = [], read = 0;
      var keys = data.shards.filter(function (s) { return !city || s.city === city; });
      var limit = 20000;
      status.textContent = t('正在检索…');
      all(keys.map(function (s) { return s.key; }), function (part) {
        if (mine !== ticket) { return; }
        read += part.length;
        part.forEach(function (e) {
          if (found.length < limit && inRegion(e[2], region.value) && (!sector.value || e[3] === sector.value) && (!words.length || matches((e[0] + '\u0001' + e[1]).toLowerCase(), words))) { found.push(e); }
        });
        status.textContent = t('检得') + found.length + (found.length >= limit ? t('家以上') : t('家')) + t('，已查') + read + t('家，共') + data.total + t('家');
        show(found, read > part.length);
      }).then(function () { if (mine === ticket && !keys.length) { show([]); status.textContent = t('没有企业'); } });
    }
    search.oninput = debounce(filter);
    region.onchange = sector.onchange = filter;
    filter();
  }
})();
