// Numbers and times in words; elements out of them. Texts are only ever set as text, never as markup.
const whole = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const count = value => value === undefined || value === null ? "–" : whole.format(value);

export const decimal = (value, digits = 2) => value === undefined || value === null ? "–" : value.toFixed(digits).replace("-", "−");

export const loss = value => value === undefined || value === null ? "–" : (Math.abs(value) < 0.001 ? value.toExponential(1) : value.toPrecision(3)).replaceAll("-", "−");

export const moment = text => text ? clock.format(new Date(text)) : "–";

export const byId = id => document.getElementById(id);

/** element("td", "num", "12") or element("tr", "", cell, cell). */
export function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

export const cell = (text, className = "") => element("td", className, text);
