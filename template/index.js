export { default, Quota, Account } from "signpost-worker";
