"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters"), said = document.getElementById("shown"), everybody = said.textContent;
  const table = document.querySelector("table.people"), bodies = [...table.tBodies], drawn = [...table.querySelectorAll("tr.p")];
  const NAME = 0, ID = 1, ROLE = 2, NEXT = 3, VERDICT = 4, RANGE = 5, LOW = 6, HIGH = 7, GAPS = 8, ASKS = 9, KEPT = 10;
  const SVG = "http://www.w3.org/2000/svg", known = new Map(), number = (one) => one.toLocaleString("en");
  const words = data.people.map((one) => `${one[NAME]} ${one[ID]}`.toLowerCase());
  let at = 0;
  for (const body of bodies) for (const row of body.querySelectorAll("tr.p")) {
    while (data.people[at][VERDICT] !== +body.dataset.verdict) at += 1;
    known.set(at, row);
    at += 1;
  }

  const make = (name, classes, ...inside) => {
    const found = document.createElement(name);
    if (classes) found.className = classes;
    found.append(...inside);
    return found;
  };
  const shape = (name, values) => {
    const found = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) found.setAttribute(key, value);
    return found;
  };
  const part = (classes, from, to) => shape("rect", { class: classes, x: `${from}%`, y: 0, width: `${to - from}%`, height: "100%" });
  const bar = (low, high) => {
    const found = shape("svg", { class: "bar", "aria-hidden": "true", focusable: "false" });
    found.append(part("track", 0, 100));
    if (low) found.append(part("f-plain", 0, low));
    if (high > low) found.append(part("f-maybe", low, high));
    return found;
  };
  const cell = (classes, ...inside) => {
    const found = make("td", classes, ...inside);
    found.setAttribute("role", "cell");
    return found;
  };
  const several = (found, nothing) => {
    if (!found.length) return nothing ? [make("span", "quiet", nothing)] : [];
    const start = found.slice(0, 2).join("; ");
    if (found.length < 3) return [start];
    const rest = make("ul", "plain", ...found.slice(2).map((one) => make("li", "", one)));
    return [start, make("details", "", make("summary", "", `and ${found.length - 2} more`), rest)];
  };
  const quietly = (label, text) => make("span", "id", label, make("bdi", "", text));
  const build = (one) => {
    const head = make("th", "p-name", make("bdi", "", one[NAME]));
    head.scope = "row";
    head.setAttribute("role", "rowheader");
    if (one[ID] !== one[NAME]) head.append(quietly("", one[ID]));
    data.kept.forEach((name, place) => one[KEPT + place] >= 0 && data.texts[place][one[KEPT + place]] && head.append(quietly(`${name}: `, data.texts[place][one[KEPT + place]])));
    const role = cell("p-role", make("span", "quiet", one[ROLE] < 0 ? "no role stated" : data.roles[one[ROLE]]));
    if (one[NEXT] >= 0 && !data.one) {
      const arrow = make("span", "", "→ ");
      arrow.setAttribute("aria-hidden", "true");
      role.append(make("span", "next", arrow, make("span", "hide", "next: "), data.roles[one[NEXT]]));
    }
    const [word, mark, look] = data.verdicts[one[VERDICT]], sign = make("i", "", mark);
    sign.setAttribute("aria-hidden", "true");
    const verdict = cell("p-v", make("span", `v v-${look}`, sign, word));
    if (one[RANGE] >= 0) verdict.append(make("span", "quiet range", data.ranges[one[RANGE]]));
    const score = cell("p-s");
    if (one[LOW] >= 0) score.append(make("span", "sv", `${one[LOW] === one[HIGH] ? one[LOW] : `${one[LOW]}–${one[HIGH]}`} %`), bar(one[LOW], one[HIGH]));
    const gaps = cell("p-g", ...several(one[GAPS].map((place) => data.gaps[place]), one[LOW] < 0 ? "" : one[RANGE] >= 0 ? "none is certain" : "none"));
    const row = make("tr", "p", head, role, verdict, score, gaps, cell("p-q", ...several(one[ASKS].map((place) => data.asks[place]), one[LOW] < 0 ? "" : "nothing")));
    row.setAttribute("role", "row");
    return row;
  };
  const row = (place) => {
    if (!known.has(place)) known.set(place, build(data.people[place]));
    return known.get(place);
  };

  const flat = make("tbody", "");
  flat.setAttribute("role", "rowgroup");
  const text = (place) => (one) => data.texts[place][one[KEPT + place]] || "\uffff";
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const orders = {
    name: (a, b) => compare(a[NAME], b[NAME]),
    role: (a, b) => (a[ROLE] < 0) - (b[ROLE] < 0) || a[ROLE] - b[ROLE],
    score: (a, b) => b[LOW] - a[LOW] || b[HIGH] - a[HIGH],
    gaps: (a, b) => (a[LOW] < 0) - (b[LOW] < 0) || a[GAPS].length - b[GAPS].length,
  };
  const more = (left, shown, fill) => {
    const button = make("button", "button", `Show ${number(Math.min(left, data.page))} more`);
    button.type = "button";
    button.addEventListener("click", () => fill(shown + data.page, true));
    const found = make("tr", "more", cell("", `and ${number(left)} more `, button));
    found.setAttribute("role", "row");
    found.cells[0].colSpan = 6;
    return found;
  };
  const fill = (body, found, group, most, pressed) => {
    const some = found.slice(0, most), rows = some.map(row);
    if (found.length > most) rows.push(more(found.length - most, most, (further, again) => fill(body, found, group, further, again)));
    body.replaceChildren(...(group ? [group] : []), ...rows);
    if (group) group.querySelector(".n").textContent = number(found.length);
    body.hidden = !found.length;
    const next = pressed && rows[most - data.page];
    if (next) { next.tabIndex = -1; next.focus({ preventScroll: true }); }
  };
  const groups = bodies.map((body) => body.querySelector("tr.group"));
  const show = () => {
    const want = Object.fromEntries(new FormData(form)), sought = want.q.trim().toLowerCase();
    const chosen = data.filters.map((_, place) => want[`f${place}`]);
    const found = [];
    data.people.forEach((one, place) => {
      if (sought && !words[place].includes(sought)) return;
      if (want.v && one[VERDICT] !== +want.v) return;
      if (chosen.every((value, filter) => !value || one[data.filters[filter].at] === data.filters[filter].values[value])) found.push(place);
    });
    flat.remove();
    if (want.s) {
      const by = orders[want.s] || ((of) => (a, b) => compare(of(a), of(b)))(text(+want.s));
      found.sort((a, b) => by(data.people[a], data.people[b]) || a - b);
      for (const body of bodies) body.hidden = true;
      table.append(flat);
      fill(flat, found, null, data.page);
    } else {
      bodies.forEach((body, place) => fill(body, found.filter((one) => data.people[one][VERDICT] === place), groups[place], data.page));
    }
    const all = found.length === data.people.length;
    said.textContent = all ? everybody : found.length ? `${number(found.length)} of ${number(data.people.length)} people.` : "Nobody fits. Take one of the choices back, or show everybody.";
  };
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(show, data.people.length > 5000 ? 150 : 0); };
  form.hidden = false;
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const link of document.querySelectorAll(".whole a[data-verdict]")) link.addEventListener("click", () => {
    form.reset();
    form.elements.v.value = link.dataset.verdict;
    setTimeout(() => { form.elements.v.value = link.dataset.verdict; show(); document.getElementById(link.hash.slice(1)).scrollIntoView(); });
  });
  if (data.people.length > drawn.length) show();
})();
