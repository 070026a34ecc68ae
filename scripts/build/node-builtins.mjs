import { builtinModules } from 'node:module';

const NAMESPACE = 'node-builtin';

/**
 * An esbuild plugin: what a CommonJS library requires of node is imported instead. There is no `require` in a module, and
 * chunks with a substitute for it could not be loaded by a browser, which shares them with node.
 */
export const nodeBuiltins = {
    name: 'node-builtins',
    setup(build) {
        const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
        build.onResolve({ filter }, ({ path, kind }) =>
            kind === 'require-call' ? { path: path.replace(/^(node:)?/, 'node:'), namespace: NAMESPACE } : undefined
        );
        build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
            contents: `export * from '${path}'; export { default } from '${path}';`
        }));
    }
};
