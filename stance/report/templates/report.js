(() => {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const form = document.getElementById("filters");

  // the table shows what the filters ask for; marks of other claims fade in the text
  if (form) {
    const rows = all("#claims tbody tr"), shown = document.getElementById("shown");
    const apply = () => {
      const wanted = [...new FormData(form)].filter(([, value]) => value);
      let count = 0;
      for (const row of rows) {
        const fits = wanted.every(([name, value]) => row.dataset[name] === value);
        row.hidden = !fits;
        count += fits;
        const mark = document.getElementById("mark-" + row.dataset.number);
        if (mark) mark.classList.toggle("faded", !fits);
      }
      shown.textContent = count === rows.length ? `${count} claims` : `${count} of ${rows.length} claims`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    for (const cell of all(".matrix a")) cell.addEventListener("click", () => {
      form.reset();
      for (const field of all("select", form)) {
        const value = cell.dataset[field.name] || "";
        if ([...field.options].some(option => option.value === value)) field.value = value;
      }
      apply();
    });
  }

  // a line from the source's words to the target's, while a claim has the pointer or the focus
  const draw = (text, number) => {
    const from = text.querySelector(`[data-source~="${number}"]`), to = text.querySelector(`[data-target~="${number}"]`);
    all(`[data-source~="${number}"], [data-target~="${number}"]`, text).forEach(words => words.classList.add("lit"));
    if (!from || !to) return;
    const box = text.getBoundingClientRect(), a = from.getClientRects()[0], b = to.getClientRects()[0];
    const middle = rect => rect.left + rect.width / 2 - box.left;
    const x1 = middle(a), x2 = middle(b), y1 = a.top - box.top, y2 = b.top - box.top;
    const top = Math.min(y1, y2) - Math.min(26, 10 + Math.abs(x2 - x1) / 12);
    const make = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in attributes) made.setAttribute(key, attributes[key]);
      return made;
    };
    const svg = make("svg", { class: "arc", "aria-hidden": "true", width: box.width, height: box.height });
    svg.append(make("path", { d: `M${x1} ${y1} C${x1} ${top} ${x2} ${top} ${x2} ${y2 - 3}` }),
      make("path", { class: "tip", d: `M${x2 - 4} ${y2 - 7} L${x2} ${y2} L${x2 + 4} ${y2 - 7} z` }));
    text.append(svg);
  };
  const clear = text => {
    all(".arc", text).forEach(arc => arc.remove());
    all(".lit", text).forEach(words => words.classList.remove("lit"));
  };
  for (const text of all(".text")) {
    for (const claim of all(".claim", text)) {
      const number = claim.firstElementChild.id.replace(/^.*mark-/, "");
      const show = () => { clear(text); claim.classList.remove("closed"); draw(text, number); };
      claim.addEventListener("pointerenter", show);
      claim.addEventListener("focusin", show);
      claim.addEventListener("pointerleave", () => clear(text));
      claim.addEventListener("focusout", () => clear(text));
    }
  }
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") all(".claim:hover, .claim:focus-within").forEach(claim => claim.classList.add("closed"));
  });
})();
