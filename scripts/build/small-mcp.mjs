/**
 * An esbuild plugin: the library of MCP without its validator of JSON Schema, which is half of it. It validates what a user
 * fills in when a server asks for it, and this server asks for nothing.
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
    }
};
