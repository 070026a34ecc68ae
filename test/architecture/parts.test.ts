/** Each source file belongs to one part with its own tsconfig.json: the types of other files are not checked. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('each source file belongs to exactly one part', () => {
    const listed = partsOf('tsconfig.json').flatMap(({ fileNames }) =>
        fileNames.map((name) => relative(root, name).replaceAll('\\', '/'))
    );
    const sources = globSync(['*.ts', '{bench,client,language,server,test}/**/*.{ts,tsx}'], {
        cwd: root,
        ignore: ['**/*.d.ts', '**/fixtures/**', '**/node_modules/**', 'test/e2e/out/**']
    });
    expect(listed.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')).sort()).toEqual(sources.sort());
});

/** The parts that a tsconfig.json refers to. */
function partsOf(file: string): ts.ParsedCommandLine[] {
    return (read(file).projectReferences ?? []).map(({ path }) => read(join(relative(root, path), 'tsconfig.json')));
}

function read(file: string): ts.ParsedCommandLine {
    const { config, error } = ts.readConfigFile(join(root, file), (path) => ts.sys.readFile(path));
    expect(error).toBeUndefined();
    return ts.parseJsonConfigFileContent(config, ts.sys, join(root, file, '..'));
}
