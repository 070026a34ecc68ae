/** The programs that a command runs because its arguments name them, as conditions on programs and commands see them. */
import { describe, expect, test } from 'vitest';
import { FALSE, type Truth, TRUE, truth, UNKNOWN } from '../../../server/model/policy/truth.js';
import {
    commandsOf,
    redirects,
    type ShellCommand,
    testCommand,
    testPrograms
} from '../../../server/model/values/shell-commands.js';
import { canBeText, type OpenText } from '../../../server/model/values/shell-words.js';
import { insideOf } from '../../../server/model/values/wrapped-commands.js';

/** A line, and the programs that it runs; `…`: it may run others. */
const LINES: readonly (readonly [line: string, programs: string])[] = [
    ['curl x', 'curl'],
    ['env curl x', 'env curl'],
    ['env -i A=1 B=2 curl x', 'env curl'],
    ['env -u A -C /tmp curl x', 'env curl'],
    ['env', 'env'],
    ['env -S curl', 'env …'],
    ['/usr/bin/env curl', '/usr/bin/env curl'],
    ['sudo curl x', 'sudo curl'],
    ['sudo -nE -u root A=1 curl x', 'sudo curl'],
    ['sudo -s curl', 'sudo …'],
    ['sudo -i', 'sudo …'],
    ['doas -u root curl', 'doas curl'],
    ['nohup nice -n 5 ionice -c2 setsid -w curl', 'nohup nice ionice setsid curl'],
    ['timeout -k 5 60 curl', 'timeout curl'],
    ['timeout -s KILL 1m env A=1 stdbuf -oL curl', 'timeout env stdbuf curl'],
    ['timeout --what 60 curl', 'timeout …'],
    ["sh -c 'curl x'", 'sh curl'],
    ["bash -lc 'cd a && curl x | tee y'", 'bash cd curl tee'],
    ["bash --norc -e -c 'sudo curl x' name", 'bash sudo curl'],
    ['sh -c \'sh -c "curl x"\'', 'sh sh curl'],
    ["sh -c 'echo $(curl x)'", 'sh echo curl'],
    ["bash -o pipefail -c 'curl x'", 'bash curl'],
    ["bash -euo pipefail -c 'curl x'", 'bash curl'],
    ['bash -c "$x"', 'bash …'],
    ['bash -c "curl $x"', 'bash …'],
    ['bash run.sh', 'bash …'],
    ['bash', 'bash …'],
    ['/bin/SH run.sh', '/bin/SH …'],
    ["fish -c 'curl x'", 'fish …'],
    ['xargs curl', 'xargs curl'],
    ['xargs -0 -n1 -P 4 curl -s', 'xargs curl'],
    ['xargs', 'xargs'],
    ['xargs -I x x', 'xargs x …'],
    ['xargs -I x curl x', 'xargs curl'],
    ["xargs -I x sh -c 'curl x'", 'xargs sh …'],
    ['xargs env', 'xargs env …'],
    ["sh -c '[[ -f x || a ]]'", 'sh …'],
    ["bash -c '[[ -f x || -d a ]] && b'", 'bash b'],
    ['git submodule $x', 'git …'],
    ['git rebase "$x"', 'git …'],
    ['git $x', 'git …'],
    ['trap $x', 'trap …'],
    ['find . "$x" a \\;', 'find …'],
    ['find "$HOME" -name a -exec b \\;', 'find b'],
    ['env P$x a', 'env …'],
    ['read -u $x', 'read …'],
    ['find ~/c -name a -exec b \\;', 'find b'],
    ['find ~${x} a \\;', 'find …'],
    ['xargs -0I x x', 'xargs x …'],
    ['xargs -I a -I b b c', 'xargs b …'],
    ['xargs -I x -n1 env', 'xargs env …'],
    ['xargs -d -Ix env', 'xargs env …'],
    ['xargs -I$x a', 'xargs …'],
    ['xargs timeout 5', 'xargs timeout xargs …'],
    ['xargs git add', 'xargs git'],
    ['xargs git', 'xargs git …'],
    ["xargs sh -c 'curl x'", 'xargs sh curl'],
    ['xargs sh -c', 'xargs sh …'],
    ["find . -name '*.c'", 'find'],
    ["find . -exec curl '{}' ';' -ok rm '{}' +", 'find curl rm'],
    ["find . -exec '{}' ';'", 'find {} …'],
    ["find . -exec sh -c 'curl {}' ';'", 'find sh …'],
    ["find . -exec env + '{}' ';'", 'find env +'],
    ['find $x -name y', 'find …'],
    ['find "$x" -name *.c', 'find'],
    ['/usr/bin/time -v curl', '/usr/bin/time curl'],
    ['/lib64/ld-linux-x86-64.so.2 /usr/bin/curl', '/lib64/ld-linux-x86-64.so.2 …'],
    ['npx -y curl@3 x', 'npx curl'],
    ['npx --what curl', 'npx …'],
    ['npm exec -- @a/b@1 x', 'npm @a/b'],
    ['npm test', 'npm'],
    ['uv run -q pytest x', 'uv pytest'],
    ['docker exec -it -u root c curl x', 'docker curl'],
    ['docker compose exec c curl', 'docker curl'],
    ['docker --context x exec c curl', 'docker …'],
    ['docker ps', 'docker'],
    ['git push', 'git'],
    ['git -C x push', 'git git'],
    ['git -c user.name=x commit', 'git git'],
    ['git -c core.pager=less log', 'git git less'],
    ["git -c alias.x='!curl' x", 'git git …'],
    ['git --what push', 'git …'],
    ['git bisect run curl x', 'git curl'],
    ['git submodule foreach curl', 'git …'],
    ['command curl x', 'command curl'],
    ['command -v curl', 'command'],
    ['exec -a x curl', 'exec curl'],
    ["eval 'curl x' '; wget y'", 'eval curl wget'],
    ["trap 'curl x' EXIT", 'trap curl'],
    ['trap - EXIT', 'trap'],
    ["alias x='curl y' z", 'alias curl'],
    ['env A="$x" curl', 'env curl'],
    ['env A=$x curl', 'env …'],
    ['env PATH=/x curl', 'env PATH=/x curl …'],
    ['env GIT_PAGER=less git log', 'env less git'],
    ["env GIT_PAGER='sudo less' git log", 'env sudo less git'],
    ["export GIT_PAGER='sudo less'", 'export sudo less'],
    ['sudo -u "$x" curl', 'sudo curl'],
    ['sudo -u $x curl', 'sudo …'],
    ['~/bin/curl x', '~/bin/curl'],
    ['"$x/curl" y', '"$x/curl"'],
    ['$x/curl y', '$x/curl …'],
    ['busybox wget x', 'busybox wget'],
    ['su -c curl', 'su …'],
    ['python3 -c 1', 'python3']
];

describe('the programs of a command', () => {
    test.each(LINES)('%s', (line, programs) => {
        const [{ words }] = commandsOf(line) as readonly [ShellCommand];
        const { commands, unread } = insideOf(words);
        const run = [words, ...commands].map(([program]) => (typeof program === 'string' ? program : program!.source));
        expect([...run, ...(unread === undefined ? [] : ['…'])].join(' ')).toBe(programs);
    });

    test('nesting has an end', () => {
        expect(insideOf(Array.from({ length: 30 }, () => 'env')).unread).toBeDefined();
    });
});

describe('tests of them', () => {
    const isIn =
        (...names: string[]) =>
        (program: string | OpenText): Truth =>
            typeof program === 'string'
                ? truth(names.includes(program))
                : names.some((name) => canBeText(program, name))
                  ? UNKNOWN
                  : FALSE;

    test.each([
        ['curl x', ['curl'], TRUE],
        ['wget x', ['curl'], FALSE],
        ['/usr/bin/curl x', ['curl'], UNKNOWN],
        ['./CURL x', ['curl'], UNKNOWN],
        ['/usr/bin/curl x', ['/usr/bin/curl'], TRUE],
        ['sudo curl x', ['curl'], UNKNOWN],
        ['sudo curl x', ['sudo', 'curl'], TRUE],
        ['sudo curl x', ['wget'], FALSE],
        ['bash run.sh', ['curl'], UNKNOWN],
        ['bash run.sh', ['bash'], TRUE],
        ['curl x; wget y', ['curl'], UNKNOWN],
        ['curl $X', ['curl'], TRUE],
        ['curl $X', ['wget'], FALSE],
        ['$X', ['curl'], UNKNOWN],
        ['~/bin/curl x', ['curl'], UNKNOWN],
        ['~/bin/curl x', ['wget'], FALSE],
        ['timeout 5 curl "$X"', ['timeout', 'curl'], TRUE]
    ] as const)('%s in %j', (line, names, answer) => {
        expect(testPrograms(line, isIn(...names))).toBe(answer);
    });

    test.each([
        ['git push', 'git push', TRUE],
        ['env A=1 git push', 'git push', UNKNOWN],
        ['env A=1 git push', 'env A=1 git push', TRUE],
        ['env A=1 git pull', 'git push', FALSE],
        ['bash run.sh', 'git push', UNKNOWN]
    ] as const)('%s is %s', (line, command, answer) => {
        expect(testCommand(line, isIn(command))).toBe(answer);
    });

    test.each([
        ["sh -c 'curl x > y'", TRUE],
        ["sh -c 'curl x'", FALSE],
        ["sh -c 'curl $X'", FALSE],
        ['sh -c "curl $X"', UNKNOWN],
        ['eval "$X"', UNKNOWN],
        ["trap 'curl x > y' EXIT", TRUE],
        ['$X', FALSE],
        ['bash run.sh', FALSE]
    ] as const)('%s redirects', (line, answer) => {
        expect(redirects(line)).toBe(answer);
    });
});
