/**
 * An esbuild plugin: the library of MCP without its validator of JSON Schema, which is half of it, and without its tasks. It
 * validates what a user fills in when a server asks for it, and this server asks for nothing and has no tasks.
 */
export const smallMcp = {
    name: 'small-mcp',
    setup(build) {
        build.onLoad({ filter: /[\\/]@modelcontextprotocol[\\/]sdk[\\/].*[\\/]ajv-provider\.js$/ }, () => ({
            contents: `
                export class AjvJsonSchemaValidator {
                    getValidator() {
                        throw new Error('This server is built without a validator of forms.');
                    }
                }`
        }));
        build.onLoad(
            { filter: /[\\/]@modelcontextprotocol[\\/]sdk[\\/].*[\\/]tasks[\\/](server|client)\.js$/ },
            () => ({
                contents: 'export class ExperimentalServerTasks {} export class ExperimentalClientTasks {}'
            })
        );
    }
};
