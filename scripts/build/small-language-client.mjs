const NAMESPACE = 'small-language-client';

/** What the library asks of `semver`: whether the editor is one of those that it is made for. */
const STANDINS = {
    'semver/functions/parse': 'module.exports = () => ({ prerelease: [] });',
    'semver/functions/satisfies': 'module.exports = () => true;'
};

/**
 * An esbuild plugin: the library of the language client without `semver`. The manifest says from which version of the editor on
 * the extension runs, and an older one does not install it.
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
