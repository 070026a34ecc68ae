/** The reports that continuous integration asks for, in one chunk: what they share would otherwise be one of the extension's. */
export { GITHUB } from './github.js';
export { HTML } from './html/index.js';
export { JUNIT } from './junit.js';
export { markdownDifference } from './markdown/difference.js';
export { MARKDOWN } from './markdown/index.js';
export { SARIF } from './sarif/index.js';
