/** What the programs of a shell do that matters for rules: data, of which every part is an over-approximation. */

/** Programs that run whatever their arguments say, so that allowing one allows everything. */
const RUNS_ANYTHING = [
    'awk',
    'bash',
    'bun',
    'bunx',
    'deno',
    'docker',
    'env',
    'eval',
    'fish',
    'gawk',
    'make',
    'node',
    'npx',
    'perl',
    'php',
    'pip',
    'pipx',
    'pnpm',
    'podman',
    'python',
    'python3',
    'ruby',
    'sh',
    'source',
    'ssh',
    'sudo',
    'su',
    'tsx',
    'uv',
    'uvx',
    'watch',
    'xargs',
    'yarn',
    'zsh'
] as const;

/** Programs that look harmless, and what they can do, as a clause. */
const ALSO: { readonly [program: string]: string } = {
    find: 'runs programs with -exec, and deletes with -delete',
    sed: 'runs commands with the flag `e`, and writes files with `w` and -i',
    sort: 'writes files with -o',
    tee: 'writes files',
    curl: 'sends what it is told to any server',
    wget: 'sends what it is told to any server',
    git: 'runs commands with -c and hooks, and pushes',
    gh: 'changes whatever its token may, with `gh api`',
    tar: 'runs programs with --to-command',
    rsync: 'runs programs with -e, and copies to other machines'
};

/** Programs whose arguments are a command that they run. */
export const RUNS_OTHERS: readonly string[] = [
    ...RUNS_ANYTHING,
    'builtin',
    'busybox',
    'chroot',
    'command',
    'doas',
    'exec',
    'find',
    'ionice',
    'nice',
    'nohup',
    'setsid',
    'stdbuf',
    'time',
    'timeout',
    'trap',
    'unshare'
];

/** Programs with options between their name and their subcommand, and such an option. */
export const OPTION_BEFORE_SUBCOMMAND: { readonly [program: string]: string } = {
    git: '-C .',
    docker: '--debug',
    kubectl: '-n default',
    helm: '--debug',
    npm: '--silent',
    cargo: '--quiet',
    terraform: '-chdir=.',
    gh: '-R owner/repo'
};

/** What allowing every command of the program allows, as a clause; undefined for a program that is not in the list. */
export function whatAllows(program: string): string | undefined {
    if ((RUNS_ANYTHING as readonly string[]).includes(program)) {
        return `\`${program}\` runs whatever its arguments say`;
    }
    return Object.hasOwn(ALSO, program) ? `\`${program}\` ${ALSO[program]}` : undefined;
}
