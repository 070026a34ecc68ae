/* global require, exports */
/** A virtual workspace: the files that the site lists, stored in memory. */
const vscode = require('vscode');

exports.activate = async (context) => {
    const site = context.extensionUri.with({ path: '/workspace' });
    const names = await (await fetch(`${site.toString(true)}.json`)).json();
    const files = new Map();
    for (const name of names) {
        const response = await fetch(`${site.toString(true)}/${name}`);
        files.set(`/${name}`, new Uint8Array(await response.arrayBuffer()));
    }
    const changed = new vscode.EventEmitter();
    const isFolder = (path) => path === '/' || [...files.keys()].some((file) => file.startsWith(`${path}/`));
    const provider = {
        onDidChangeFile: changed.event,
        watch: () => new vscode.Disposable(() => undefined),
        stat({ path }) {
            const file = files.get(path);
            if (!file && !isFolder(path)) {
                throw vscode.FileSystemError.FileNotFound(path);
            }
            return {
                type: file ? vscode.FileType.File : vscode.FileType.Directory,
                ctime: 0,
                mtime: 0,
                size: file?.length ?? 0
            };
        },
        readDirectory({ path }) {
            const prefix = path.endsWith('/') ? path : `${path}/`;
            const inside = [...files.keys()].filter((file) => file.startsWith(prefix));
            const entries = new Map();
            for (const [name, ...rest] of inside.map((file) => file.slice(prefix.length).split('/'))) {
                entries.set(name, rest.length > 0 ? vscode.FileType.Directory : vscode.FileType.File);
            }
            return [...entries];
        },
        readFile({ path }) {
            const file = files.get(path);
            if (!file) {
                throw vscode.FileSystemError.FileNotFound(path);
            }
            return file;
        },
        writeFile(uri, content) {
            files.set(uri.path, content);
            changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
        },
        createDirectory() {},
        delete({ path }) {
            files.delete(path);
        },
        rename() {
            throw vscode.FileSystemError.NoPermissions();
        }
    };
    context.subscriptions.push(vscode.workspace.registerFileSystemProvider('virtual', provider));
};
