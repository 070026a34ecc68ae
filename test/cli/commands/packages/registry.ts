/** A registry on the loopback address that keeps the packages that npm publishes to it in memory. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Published {
    readonly name: string;
    readonly versions: { [version: string]: { dist: { tarball: string } } };
    readonly 'dist-tags': { [tag: string]: string };
    readonly _attachments: { [file: string]: { readonly data: string } };
}

export interface Registry {
    readonly url: string;
    close(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
    const packages = new Map<string, Omit<Published, '_attachments'>>();
    const tarballs = new Map<string, Buffer>();
    let url = '';
    const publish = ({ _attachments, ...published }: Published): void => {
        for (const [file, { data }] of Object.entries(_attachments)) {
            tarballs.set(`/-/${file}`, Buffer.from(data, 'base64'));
        }
        for (const [version, manifest] of Object.entries(published.versions)) {
            const [file] = Object.keys(_attachments).filter((name) => name.endsWith(`-${version}.tgz`));
            manifest.dist.tarball = `${url}/-/${file}`;
        }
        const before = packages.get(published.name);
        packages.set(published.name, {
            ...published,
            versions: { ...before?.versions, ...published.versions },
            'dist-tags': { ...before?.['dist-tags'], ...published['dist-tags'] }
        });
    };
    const server: Server = createServer((request, response) => {
        void bodyOf(request).then((body) => {
            const path = decodeURIComponent(request.url ?? '');
            if (request.method === 'PUT') {
                publish(JSON.parse(body) as Published);
                response.writeHead(201).end('{}');
                return;
            }
            const found = tarballs.get(path) ?? JSON.stringify(packages.get(path.slice(1)));
            response.writeHead(found === undefined ? 404 : 200).end(found ?? '{}');
        });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, close: () => new Promise((resolve) => void server.close(() => resolve())) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
}
