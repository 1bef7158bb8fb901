/** Folder of the local lake where `--lake` is not given. */
export const DEFAULT_LAKE = "./.amplify-logs";
