import { InputError } from "../src/errors";
import { parseAppList, type AppList } from "../src/model/appList";
import type { ObjectStore } from "../src/ports";

/** The pipeline's list of apps, as `pulumi up` wrote it. @throws InputError where there is none. */
export const readAppList = async (store: Pick<ObjectStore, "get">, key: string): Promise<AppList> => {
  const stored = await store.get(key);
  if (stored === undefined)
    throw new InputError("there is no list of apps", { field: key, fix: "run pulumi up, which writes it" });
  return parseAppList(Buffer.from(stored.body).toString("utf8"), key);
};
