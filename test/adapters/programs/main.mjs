/** Prints the actions of the tools and the texts that the model saw: `node main.mjs LIBRARY DIST`. */
import { pathToFileURL } from 'node:url';
import { scenario } from './scenario.mjs';

const [library, dist] = process.argv.slice(2);
const built = (name) => import(pathToFileURL(`${dist}/${name}.js`).href);
const set = await scenario(await built('gateway'));
const { run } = await import(`./${library}.mjs`);
const seen = await run(await built(`adapters/${library}`), set);
process.stdout.write(JSON.stringify({ made: set.made, seen }));
process.exit(0);
