namespace Berth.Agent;

/// <summary>Where an object of S3 is.</summary>
internal static class ObjectLocation
{
    /// <summary>The bucket and the key of an object's ARN, <c>arn:aws:s3:::BUCKET/KEY</c>; null where it is no such ARN.</summary>
    public static (string Bucket, string Key)? Parse(string? arn)
    {
        const string Service = ":s3:::";
        var at = arn?.IndexOf(Service, StringComparison.Ordinal) ?? -1;
        var path = at < 0 ? "" : arn![(at + Service.Length)..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return at > 0 && arn!.StartsWith("arn:", StringComparison.Ordinal) && slash > 0 && slash < path.Length - 1
            ? (path[..slash], path[(slash + 1)..])
            : null;
    }
}
