/** Builds whole texts around the parts that conditions read, and texts that only look as if they had such parts. */

export interface PartsAsked {
    readonly hosts: ReadonlySet<string>;
    readonly domains: ReadonlySet<string>;
    readonly names: ReadonlySet<string>;
    readonly extensions: ReadonlySet<string>;
    readonly roots: ReadonlySet<string>;
    readonly commands: ReadonlySet<string>;
}

export function spellings(parts: PartsAsked): string[] {
    return [...urls(parts.hosts), ...addresses(parts.domains), ...paths(parts), ...shellLines(parts.commands)];
}

const OTHER_HOSTS = ['evil.example', '10.0.0.1', '192.168.1.1', 'localhost'];

function urls(hosts: ReadonlySet<string>): string[] {
    if (hosts.size === 0) {
        return [];
    }
    const named = [...hosts].flatMap(hostsLike);
    return [
        ...named.flatMap((host) => [`https://${host}/`, `https://${host}/x?y`, host]),
        ...OTHER_HOSTS.map((host) => `https://${host}/`),
        `https://${named[0] ?? 'a'}.evil.example/`,
        'no url'
    ];
}

/** The hosts that a pattern or a network is about: the base and a host below it, or addresses in it. */
function hostsLike(host: string): string[] {
    const network = /^(\d+\.\d+\.\d+)\.\d+\/\d+$/.exec(host);
    return host.startsWith('*.') ? [`sub.${host.slice(2)}`, host.slice(2)] : network ? [`${network[1]!}.1`] : [host];
}

function addresses(domains: ReadonlySet<string>): string[] {
    if (domains.size === 0) {
        return [];
    }
    const named = [...domains].flatMap(hostsLike);
    return [
        ...named.flatMap((domain) => [`u@${domain}`, `v@${domain}`, `U <u@${domain}>`, domain]),
        'u@evil.example',
        'nobody'
    ];
}

function paths({ names, extensions, roots }: PartsAsked): string[] {
    if (names.size + extensions.size + roots.size === 0) {
        return [];
    }
    const files = [...names, ...[...extensions].map((extension) => `x.${extension}`), 'x'];
    return [
        ...roots,
        ...[...roots, '/tmp', ''].flatMap((root) => files.map((file) => `${root.replace(/\/$/, '')}/${file}`)),
        ...[...roots].flatMap((root) => [`${root}/../x`, `${root}x/y`, `${root}/./y/../x`]),
        ...files
    ];
}

function shellLines(commands: ReadonlySet<string>): string[] {
    if (commands.size === 0) {
        return [];
    }
    const named = [...commands];
    const other = 'rm x';
    return [
        ...named.flatMap((command, index) => [
            command,
            `${command} x`,
            `${command} > out`,
            `${command} && ${named[(index + 1) % named.length]!}`,
            `${command}; ${other}`,
            `${other} && ${command} x`,
            `${command}x`
        ]),
        other,
        'echo $(rm x)',
        ''
    ];
}
