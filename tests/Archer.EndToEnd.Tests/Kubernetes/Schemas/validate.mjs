// Reads a JSON array of Kubernetes objects from the standard input; prints a JSON array of problems: what the object's schema refuses, and fields that
// it does not know. The package's compiled validators pass over unknown fields, so each object is watched while it is validated: a field that the
// validator never looks at is one that the schema does not have.
import { readFileSync } from "node:fs";

function watch(value, path, fields) {
  if (value === null || typeof value !== "object") return value;
  const read = new Set();
  const children = new Map();
  if (!Array.isArray(value)) fields.push({ path, value, read });
  return new Proxy(value, {
    get(target, key) {
      read.add(key);
      const child = Reflect.get(target, key);
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return child;
      if (!children.has(key)) children.set(key, watch(child, `${path}${Array.isArray(target) ? `[${key}]` : `.${key}`}`, fields));
      return children.get(key);
    },
    ownKeys(target) {
      // A map of anything, such as labels: its validator walks all of it.
      for (const key of Reflect.ownKeys(target)) read.add(key);
      return Reflect.ownKeys(target);
    },
  });
}

async function model(object) {
  try {
    const module = await import(`kubernetes-models/${object.apiVersion}`);
    return module[object.kind];
  } catch {
    return undefined;
  }
}

async function problems(object) {
  const name = `${object.kind}/${object.metadata?.name}`;
  const known = await model(object);
  if (known === undefined) return [`${name}: there is no ${object.kind} in ${object.apiVersion}`];
  const fields = [];
  const found = [];
  try {
    known.prototype.validate.call(watch(object, "", fields));
  } catch (failure) {
    const errors = failure.errors ?? [{ instancePath: "", message: failure.message }];
    found.push(...errors.map((error) => `${name}: ${error.instancePath} ${error.message ?? error.keyword}`));
  }
  for (const { path, value, read } of fields)
    found.push(...Object.keys(value).filter((key) => !read.has(key)).map((key) => `${name}: unknown field ${path}.${key}`));
  return found;
}

const objects = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify((await Promise.all(objects.map(problems))).flat()));
