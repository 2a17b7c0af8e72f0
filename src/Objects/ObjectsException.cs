namespace Berth.Objects;

/// <summary>An answer that is an error of S3.</summary>
/// <param name="code">Its code, such as <c>NoSuchKey</c>.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What the caller reads.</param>
internal sealed class ObjectsException(string code, int status, string message) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    public static ObjectsException NoSuchBucket() => new("NoSuchBucket", 404, "The specified bucket does not exist");

    public static ObjectsException NoSuchKey() => new("NoSuchKey", 404, "The specified key does not exist.");

    public static ObjectsException TooLarge() => new("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size");

    public static ObjectsException Incomplete() => new("IncompleteBody", 400, "The request body terminated unexpectedly");

    public static ObjectsException Invalid(string message) => new("InvalidArgument", 400, message);

    public static ObjectsException BadDigest(string what) => new("BadDigest", 400, $"The {what} you specified did not match what we received.");

    public static ObjectsException Unproven() => new("SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your key and signing method.");

    public static ObjectsException NotOffered(string what) => new("NotImplemented", 501, $"{what} is not offered here.");
}
