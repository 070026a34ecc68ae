const NAMESPACE = 'small-language-client';

/** The library uses `semver` only to check if it supports the version of the editor. */
const STANDINS = {
    'semver/functions/parse': 'module.exports = () => ({ prerelease: [] });',
    'semver/functions/satisfies': 'module.exports = () => true;'
};

/**
 * An esbuild plugin: the language client library without `semver`. The manifest states the minimum version of the
 * editor, and an older editor does not install the extension.
 */
export const smallLanguageClient = {
    name: NAMESPACE,
    setup(build) {
        build.onResolve({ filter: /^semver\/functions\/(parse|satisfies)$/ }, ({ path, importer }) =>
            /[\\/]vscode-languageclient[\\/]/.test(importer) ? { path, namespace: NAMESPACE } : undefined
        );
        build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({ contents: STANDINS[path] }));
    }
};
