const NAMESPACE = 'inline-debug-adapter';

/** The adapter is called by the editor: it neither emits events of node nor becomes a process. */
const STANDINS = {
    events: 'exports.EventEmitter = class { on() {} };',
    url: 'exports.URL = URL;',
    './runDebugAdapter': 'exports.runDebugAdapter = undefined;'
};

/**
 * An esbuild plugin: the debug adapter runs in the extension host, of a browser too. What its library takes of node, for adapters
 * that are processes of their own, is left out.
 */
export const inlineDebugAdapter = {
    name: NAMESPACE,
    setup(build) {
        build.onResolve({ filter: /^(events|url|\.\/runDebugAdapter)$/ }, ({ path, importer }) =>
            /[\\/]@vscode[\\/]debugadapter[\\/]/.test(importer) ? { path, namespace: NAMESPACE } : undefined
        );
        build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({ contents: STANDINS[path] }));
    }
};
