import { builtinModules } from 'node:module';

const NAMESPACE = 'node-builtin';

/**
 * An esbuild plugin that imports what a CommonJS library requires of Node. A module has no `require`, and a browser,
 * which shares its chunks with Node, could not load chunks with a substitute for it.
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
