const NAMESPACE = 'inline-debug-adapter';

/** The editor calls the adapter directly: it neither emits Node events nor becomes a process. */
const STANDINS = {
    events: 'exports.EventEmitter = class { on() {} };',
    url: 'exports.URL = URL;',
    './runDebugAdapter': 'exports.runDebugAdapter = undefined;'
};

/**
 * An esbuild plugin: the debug adapter runs in the extension host, including that of a browser. The parts of Node that
 * its library uses for adapters in separate processes are left out.
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
