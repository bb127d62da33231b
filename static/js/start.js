// Starts what the page asks for: every element with data-behaviour="name other" gets the default export of ./name.js and ./other.js.
// Pages work without any of them.

export function start(root = document) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(" ")) {
      if (!/^[a-z-]+$/.test(name)) continue;
      const key = `started-${name}`;
      if (element.hasAttribute(`data-${key}`)) continue;
      element.setAttribute(`data-${key}`, "");
      import(`./${name}.js`).then((behaviour) => behaviour.default(element)).catch((error) => console.warn(name, error));
    }
  }
}

start();
