/**
 * An esbuild plugin: the MCP library without its JSON Schema validator, which is half of it, and without its tasks. The
 * library validates user input that a server requests, and this server requests no input and has no tasks.
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
