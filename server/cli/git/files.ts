/** The file system of a revision: relative imports of a policy are read from the policy's own revision. */
import { URI } from 'langium';
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../workspace/errors.js';
import { decodePolicyText, readPolicyText } from '../../workspace/policy-text.js';
import { type PolicyDocument, PolicyFileSystem, type PolicyWorkspace } from '../../workspace/policy-workspace.js';
import { isAsLocked, packageOf } from './packages.js';
import type { GitTree } from './tree.js';

const SCHEME = 'git';

/** The URI of a file in a revision, which differs from that of the same file on disk. */
export function revisionUri(file: string, revision: string): URI {
    return URI.parse(pathToFileURL(file).toString()).with({ scheme: SCHEME, query: revision });
}

/** The path as `main:policies/mail.guardrail`; undefined for a URI of another kind. */
export function revisionPath(uri: string, tree: GitTree): string | undefined {
    const { scheme, query, fsPath } = URI.parse(uri);
    return scheme === SCHEME && query === tree.revision ? `${query}:${tree.inside(fsPath) ?? fsPath}` : undefined;
}

export class RevisionFileSystem extends PolicyFileSystem {
    private refused: CodedError | undefined;
    /**
     * For each requested package, true if the package that was read equals that of the revision; undefined if it is not
     * installed.
     */
    private readonly packages = new Map<string, boolean | undefined>();

    /** The folder that stands for the root of the repository where its packages are read. */
    private readonly packagesIn: string;

    /** @param checkout a folder with the packages of the revision; without it, those of the repository are read */
    constructor(
        private readonly tree: GitTree,
        checkout = tree.root
    ) {
        super();
        this.packagesIn = realpathSync(checkout);
    }

    /**
     * The policy in a file of the revision. Throws a `CodedError` if the file or an import is not a file of the
     * repository.
     */
    async load(workspace: PolicyWorkspace, uri: URI): Promise<PolicyDocument> {
        const document = await workspace.loadUri(uri);
        // An import that cannot be read gets a message at its line, without the reason.
        if (this.refused) {
            throw this.refused;
        }
        return document;
    }

    /** The packages that may differ from those of the revision, because nothing shows that they are the same. */
    get unknownPackages(): readonly string[] {
        return [...this.packages].filter(([, isKnown]) => isKnown !== true).map(([name]) => name);
    }

    override existsSync(uri: URI): boolean {
        const { fsPath } = uri;
        // Git does not list its own folder, but the folder marks the root, above which no configuration is read.
        return this.isInstalled(uri)
            ? existsSync(this.onDisk(fsPath))
            : this.tree.inside(fsPath) === '.git' || this.tree.read(fsPath) !== undefined;
    }

    override exists(uri: URI): Promise<boolean> {
        return Promise.resolve(this.existsSync(uri));
    }

    override hasEntry(uri: URI): Promise<boolean> {
        return this.exists(uri);
    }

    override readFile(uri: URI): Promise<string> {
        return Promise.resolve().then(() => this.readFileSync(uri));
    }

    /**
     * Throws a `CodedError` for a file outside the repository (GR943), and for one that is not in the revision (GR942).
     */
    override readFileSync(uri: URI): string {
        const { fsPath } = uri;
        const { tree } = this;
        if (this.isInstalled(uri)) {
            return this.readInstalled(this.onDisk(fsPath));
        }
        const path = tree.inside(fsPath);
        // The root is a folder of the repository.
        const isRoot = relative(tree.root, fsPath) === '';
        if (path === undefined && !isRoot) {
            const refused = new CodedError(
                'GR943',
                `it imports ${fsPath.replaceAll('\\', '/')}, which is outside of the Git repository and has no revisions`,
                'Keep the imports of a policy in its repository, or compare files instead of revisions.'
            );
            // Other files are only looked for in each folder above: the repository ends before this one.
            this.refused ??= fsPath.endsWith('.guardrail') ? refused : undefined;
            throw refused;
        }
        const content = tree.read(fsPath);
        if (!content) {
            throw new CodedError(
                'GR942',
                `the revision "${tree.revision}" has no file ${path ?? '.'}`,
                'The path is from the root of the repository; with ./ before it, from here.'
            );
        }
        return decodePolicyText(content);
    }

    private readInstalled(file: string): string {
        const own = existsSync(file) ? realpathSync(file) : file;
        const inRepository = isPackaged(own) ? undefined : this.tree.read(this.inTree(own));
        if (inRepository) {
            return decodePolicyText(inRepository);
        }
        const name = packageOf(file);
        if (name !== undefined) {
            const isKnown = existsSync(file) ? isAsLocked(file, this.tree, this.packagesIn) : undefined;
            this.packages.set(name, isKnown ?? this.packages.get(name));
        }
        return readPolicyText(file);
    }

    /**
     * A package of the repository itself is read from the revision; a package linked from elsewhere is read as
     * installed.
     */
    override async realPath(uri: URI): Promise<URI> {
        const onDisk = this.isInstalled(uri) ? uri.with({ path: URI.file(this.onDisk(uri.fsPath)).path }) : uri;
        const real = await super.realPath(onDisk);
        const own = this.inTree(real.fsPath);
        return this.tree.inside(own) === undefined ? uri : real.with({ path: URI.file(own).path });
    }

    /** The path of an installed file of the repository in the folder with the packages. */
    private onDisk(file: string): string {
        const path = this.tree.inside(file);
        return path === undefined ? file : join(this.packagesIn, path);
    }

    /** The opposite of `onDisk`. */
    private inTree(file: string): string {
        const path = relative(this.packagesIn, file);
        return path === '' || path.startsWith('..') || isAbsolute(path) ? file : join(this.tree.root, path);
    }

    /** Packages are not in the repository, so the installed ones are used. */
    private isInstalled({ path }: URI): boolean {
        return isPackaged(path);
    }
}

function isPackaged(path: string): boolean {
    return path.replaceAll('\\', '/').includes('/node_modules/');
}
