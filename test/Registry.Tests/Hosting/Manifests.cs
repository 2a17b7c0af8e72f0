namespace Berth.Registry.Tests;

/// <summary>Manifests as clients write them.</summary>
internal static class Manifests
{
    public const string Oci = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>An image whose configuration and only layer are the same blob.</summary>
    public static string Image(string blob, long size, string extra = "") =>
        $$"""{"schemaVersion":2,"mediaType":"{{Oci}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{blob}}","size":{{size}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{blob}}","size":{{size}}}]{{extra}}}""";

    /// <summary>An index of one image.</summary>
    public static string IndexOf(string digest, long size) =>
        $$"""{"schemaVersion":2,"mediaType":"{{Index}}","manifests":[{"mediaType":"{{Oci}}","digest":"{{digest}}","size":{{size}},"platform":{"os":"linux","architecture":"amd64"} }]}""";
}
