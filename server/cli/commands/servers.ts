/**
 * The commands that query MCP servers, in one chunk, because their shared code would otherwise be part of the
 * extension.
 */
export { importMcp, listServers } from './import/import-mcp.js';
export { init, listTemplates } from './init/init.js';
