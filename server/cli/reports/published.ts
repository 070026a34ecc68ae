/**
 * The reports for continuous integration, in one chunk, because their shared code would otherwise be part of the
 * extension.
 */
export { GITHUB } from './github.js';
export { HTML } from './html/index.js';
export { htmlPage } from './html/page.js';
export { JUNIT } from './junit.js';
export { markdown } from './markdown/blocks.js';
export { MARKDOWN } from './markdown/index.js';
export { SARIF } from './sarif/index.js';
