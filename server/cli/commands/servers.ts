/** The commands that ask MCP servers, in one chunk: what they share would otherwise be one of the extension's. */
export { importMcp } from './import/import-mcp.js';
export { init, listTemplates } from './init/init.js';
