// What is wrong with how a page looks, as a list of sentences; run inside the page.
(() => {
  const found = [];
  const name = (el) => `<${el.tagName.toLowerCase()}> “${(el.textContent || "").trim().slice(0, 50)}”`;
  const unseen = [...document.body.querySelectorAll("*")].filter((el) => getComputedStyle(el).clipPath === "inset(50%)");
  const hidden = (el) => el.closest(".skip, .defs, title, desc, style, script, head") !== null || unseen.some((one) => one.contains(el));
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} wide in ${wide}`);
  const all = [...document.body.querySelectorAll("*")].filter((el) => !hidden(el));

  const channels = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const behind = (el) => {
    const stack = [];
    for (let one = el; one; one = one.parentElement) stack.push(channels(getComputedStyle(one).backgroundColor));
    return stack.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => { const [a, b] = [light(one), light(other)]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
  const filled = (text) => {
    // what is drawn below a text of a picture: the last rectangle before it that it lies in
    const box = text.getBoundingClientRect();
    let colour = [255, 255, 255];
    for (const rect of text.closest("svg").querySelectorAll("rect")) {
      const r = rect.getBoundingClientRect();
      const before = rect.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      const fill = getComputedStyle(rect).fill;
      if (before && fill !== "none" && r.left <= box.left + 1 && r.right >= box.right - 1 && r.top <= box.top + 1 && r.bottom >= box.bottom - 1) colour = over(channels(fill), colour);
    }
    return colour;
  };

  for (const el of all) {
    const style = getComputedStyle(el);
    const says = [...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const box = el.getBoundingClientRect();
    if (says && box.width && (box.right > wide + 1 || box.left < -1) && !el.closest(".wide")) found.push(`outside the page: ${name(el)}`);
    const cut = (how) => how === "hidden" || how === "clip";
    const drawn = el instanceof SVGElement;
    if (!drawn && cut(style.overflowX) && el.scrollWidth > el.clientWidth + 1) found.push(`cut off at the side: ${name(el)}`);
    if (!drawn && cut(style.overflowY) && el.scrollHeight > el.clientHeight + 1) found.push(`cut off below: ${name(el)}`);
    if (says && el.tagName.toLowerCase() !== "text" && !drawn) {
      const ratio = contrast(over(channels(style.color), behind(el)), behind(el));
      if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${name(el)}`);
    }
    if (el.tagName.toLowerCase() === "text") {
      const ground = filled(el);
      const ratio = contrast(over(channels(style.fill), ground), ground);
      if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${name(el)}`);
      const frame = el.closest("svg").getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.push(`cut off by its picture: ${name(el)}`);
    }
  }
  for (const picture of document.querySelectorAll("svg:not([aria-hidden=true]), img")) {
    const label = picture.getAttribute("aria-label") || picture.getAttribute("alt") || (picture.querySelector(":scope > title") || {}).textContent;
    if (!label || !label.trim()) found.push("a picture without an alternative text");
    else if (picture.tagName.toLowerCase() === "svg" && picture.getAttribute("role") !== "img") found.push(`a picture that is none to a reader: ${label}`);
  }
  return found;
})()
