import { posix } from 'node:path';

export type Format =
  | 'markdown'
  | 'mdx'
  | 'plain'
  | 'html'
  | 'pdf'
  | 'docx'
  | 'csv'
  | 'tsv'
  | 'json'
  | 'ndjson'
  | 'code';

/** A programming language, named as GitHub's highlighter names it. */
export interface CodeKind {
  readonly language: string;
  readonly mediaType: string;
}

const FORMAT_EXTENSIONS: Readonly<Record<Exclude<Format, 'code'>, string>> = {
  markdown: 'md markdown mdown mkd mkdn qmd rmd',
  mdx: 'mdx',
  plain: 'txt text log rst adoc asciidoc org tex textile srt vtt man',
  html: 'html htm xhtml',
  pdf: 'pdf',
  docx: 'docx',
  csv: 'csv',
  tsv: 'tsv tab',
  json: 'json geojson webmanifest',
  ndjson: 'ndjson jsonl',
};

const CODE_EXTENSIONS: Readonly<Record<string, string>> = {
  javascript: 'js mjs cjs jsx',
  typescript: 'ts mts cts tsx',
  python: 'py pyi pyw',
  java: 'java',
  kotlin: 'kt kts',
  scala: 'scala sc',
  go: 'go',
  rust: 'rs',
  c: 'c h',
  cpp: 'cc cpp cxx hh hpp hxx ino',
  csharp: 'cs csx',
  fsharp: 'fs fsx fsi',
  swift: 'swift',
  'objective-c': 'm mm',
  ruby: 'rb rake gemspec',
  php: 'php',
  perl: 'pl pm',
  lua: 'lua',
  r: 'r',
  julia: 'jl',
  dart: 'dart',
  elixir: 'ex exs',
  erlang: 'erl hrl',
  haskell: 'hs',
  ocaml: 'ml mli',
  clojure: 'clj cljs cljc edn',
  lisp: 'lisp el scm rkt',
  groovy: 'groovy gradle',
  zig: 'zig',
  nim: 'nim',
  vue: 'vue',
  svelte: 'svelte',
  astro: 'astro',
  css: 'css',
  scss: 'scss sass',
  less: 'less',
  sql: 'sql',
  graphql: 'graphql gql',
  protobuf: 'proto',
  shell: 'sh bash zsh fish',
  powershell: 'ps1 psm1 psd1',
  batch: 'bat cmd',
  yaml: 'yaml yml',
  toml: 'toml',
  ini: 'ini cfg conf properties env editorconfig',
  json5: 'jsonc json5',
  xml: 'xml xsd xsl xslt plist wsdl',
  terraform: 'tf tfvars hcl',
  nix: 'nix',
  cmake: 'cmake',
  makefile: 'mk',
  diff: 'diff patch',
  assembly: 's asm',
  solidity: 'sol',
  verilog: 'v sv',
  vhdl: 'vhd vhdl',
};

const CODE_FILE_NAMES: ReadonlyMap<string, string> = new Map([
  ['dockerfile', 'dockerfile'],
  ['containerfile', 'dockerfile'],
  ['makefile', 'makefile'],
  ['gnumakefile', 'makefile'],
  ['cmakelists.txt', 'cmake'],
  ['gemfile', 'ruby'],
  ['rakefile', 'ruby'],
  ['vagrantfile', 'ruby'],
  ['jenkinsfile', 'groovy'],
  ['justfile', 'makefile'],
]);

/** Never opened: their names say that no text can be had from them. */
const BINARY_EXTENSIONS = words(
  'png jpg jpeg jpe gif webp avif bmp ico tif tiff heic heif psd ai raw cr2 jxl mp3 m4a wav flac ogg oga opus aac',
  'mp4 m4v mov avi mkv webm wmv flv zip gz tgz bz2 xz zst 7z rar tar jar war ear exe dll so dylib a o obj lib bin',
  'class pyc pyo wasm woff woff2 ttf otf eot sqlite sqlite3 db mdb parquet arrow feather pkl npy npz onnx pt pth',
  'safetensors gguf iso dmg pkg deb rpm apk ipa msi cab swf blend stl glb fbx dwg',
);

/** Documents of kinds that Narae does not read, and texts that hold no prose. */
const UNSUPPORTED_EXTENSIONS = words(
  'doc dot xls xlsx xlsm ppt pptx hwp hwpx odt ods odp rtf epub mobi azw3 pages numbers key msg eml mbox one vsd vsdx',
  'ipynb svg map ics vcf ps eps djvu chm pem crt key p12 asc sig',
);

const FORMAT_BY_EXTENSION = new Map<string, Format>(
  Object.entries(FORMAT_EXTENSIONS).flatMap(([format, extensions]) =>
    extensions.split(' ').map((extension) => [extension, format as Format] as const),
  ),
);

const LANGUAGE_BY_EXTENSION = new Map<string, string>(
  Object.entries(CODE_EXTENSIONS).flatMap(([language, extensions]) =>
    extensions.split(' ').map((extension) => [extension, language] as const),
  ),
);

/** What the name says of a file: its format, or nothing. */
export function formatByName(source: string): Format | undefined {
  return codeKind(source) ? 'code' : FORMAT_BY_EXTENSION.get(extensionOf(source));
}

export function codeKind(source: string): CodeKind | undefined {
  const name = posix.basename(source).toLowerCase();
  const language = CODE_FILE_NAMES.get(name) ?? LANGUAGE_BY_EXTENSION.get(extensionOf(source));
  return language ? { language, mediaType: `text/x-${language}` } : undefined;
}

/** Why a file need not be opened at all, going by its name. */
export function skipByName(source: string): 'binary' | 'unsupported' | undefined {
  const extension = extensionOf(source);
  if (BINARY_EXTENSIONS.has(extension)) return 'binary';
  return UNSUPPORTED_EXTENSIONS.has(extension) ? 'unsupported' : undefined;
}

/** The extension without its dot, in small letters; empty when there is none. */
export function extensionOf(source: string): string {
  return posix.extname(source).slice(1).toLowerCase();
}

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}
