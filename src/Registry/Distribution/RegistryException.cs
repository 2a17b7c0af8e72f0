using Berth.Domain;

namespace Berth.Registry;

/// <summary>An answer that is an error in the distribution protocol's own form.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">One of the protocol's codes, such as <c>MANIFEST_UNKNOWN</c>.</param>
/// <param name="message">What the client shows its user.</param>
internal sealed class RegistryException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static RegistryException NotAuthorized() => new(401, "UNAUTHORIZED", "Not Authorized");

    public static RegistryException TokenExpired() =>
        new(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");

    public static RegistryException Unsupported() => new(405, "UNSUPPORTED", "The operation is unsupported.");

    public static RegistryException InvalidName(string name) => new(400, "NAME_INVALID", $"'{name}' is not a valid repository name.");

    public static RegistryException InvalidTag(string tag) => new(400, "TAG_INVALID", $"'{tag}' is not a valid tag.");

    public static RegistryException InvalidDigest(string digest) =>
        new(400, "DIGEST_INVALID", $"'{digest}' is not a digest this registry supports; it needs sha256 and 64 lowercase hexadecimal digits.");

    public static RegistryException WrongDigest(string digest) =>
        new(400, "DIGEST_INVALID", $"The content sent is not the content of '{digest}'.");

    public static RegistryException UnknownBlob() => new(404, "BLOB_UNKNOWN", "Requested layer not found");

    public static RegistryException UnknownManifest() => new(404, "MANIFEST_UNKNOWN", "Requested image not found");

    public static RegistryException UnknownUpload() => new(404, "BLOB_UPLOAD_UNKNOWN", "The upload is not known; it may have been completed, cancelled or given up.");

    public static RegistryException TooManyRequests() => new(429, "TOOMANYREQUESTS", "toomanyrequests: Rate exceeded");

    /// <summary>A domain's refusal in the protocol's terms; the sentence stays.</summary>
    public static RegistryException From(RefusedException refusal) => refusal.Code switch
    {
        "RepositoryNotFoundException" => new(404, "NAME_UNKNOWN", refusal.Message),
        "ImageTagAlreadyExistsException" => new(400, "TAG_INVALID", refusal.Message),
        "LayersNotFoundException" or "ReferencedImagesNotFoundException" => new(404, "MANIFEST_BLOB_UNKNOWN", refusal.Message),
        _ => new(400, "MANIFEST_INVALID", refusal.Message),
    };
}
