using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Berth.Objects;

/// <summary>The calls that are about buckets.</summary>
internal sealed class BucketCalls(ObjectStore store)
{
    private const string FirstRegion = "us-east-1";
    private const int MostKeys = 1000;
    private const int MostConfigurationBytes = 4096;

    public Task ListBucketsAsync(ObjectCall call) => ObjectsXml.SendAsync(call.Http.Response, ObjectsXml.Element(
        "ListAllMyBucketsResult",
        ObjectsXml.Element("Owner", ObjectsXml.Element("ID", call.Account)),
        ObjectsXml.Element("Buckets", store.List(call.Account).Select(bucket => ObjectsXml.Element(
            "Bucket",
            ObjectsXml.Element("Name", bucket.Name),
            ObjectsXml.Element("CreationDate", ObjectsXml.Time(bucket.CreatedAt)),
            ObjectsXml.Element("BucketRegion", bucket.Region))))), call.Aborted);

    /// <summary>The bucket is in the region that the call was signed for; what its body says beside that is not carried out.</summary>
    public async Task CreateBucketAsync(ObjectCall call)
    {
        using (var configuration = new ObjectUpload(store.NewUpload(), MostConfigurationBytes))
        {
            await ObjectBody.ReceiveAsync(call.Http.Request, call.BodyHash, call.Chunks, configuration, call.Aborted).ConfigureAwait(false);
        }

        store.Create(call.Account, call.Bucket, call.Caller.Region);
        call.Http.Response.Headers.Location = $"/{call.Bucket}";
    }

    public Task HeadBucketAsync(ObjectCall call)
    {
        call.Http.Response.Headers["x-amz-bucket-region"] = store.Find(call.Account, call.Bucket).Description.Region;
        return Task.CompletedTask;
    }

    public Task GetBucketLocationAsync(ObjectCall call)
    {
        var region = store.Find(call.Account, call.Bucket).Description.Region;
        return ObjectsXml.SendAsync(call.Http.Response, ObjectsXml.Element("LocationConstraint", region == FirstRegion ? null : region), call.Aborted);
    }

    public Task DeleteBucketAsync(ObjectCall call)
    {
        store.Delete(call.Account, call.Bucket);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task ListObjectsAsync(ObjectCall call)
    {
        var bucket = store.Find(call.Account, call.Bucket);
        var prefix = call.Query("prefix") ?? "";
        var delimiter = call.Query("delimiter");
        var token = call.Query("continuation-token");
        var after = token is null ? call.Query("start-after") : Decode(token);
        var most = call.Query("max-keys") is not { } text ? MostKeys
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, MostKeys)
            : throw ObjectsException.Invalid("Provided max-keys not an integer or within integer range");
        Func<string?, string?> told = call.Query("encoding-type") is "url" ? value => value is null ? null : Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal) : value => value;

        // A page of nothing has nothing behind it.
        var page = most == 0 ? new([], [], null) : bucket.Contents.List(prefix, delimiter, string.IsNullOrEmpty(after) ? null : after, most);
        return ObjectsXml.SendAsync(call.Http.Response, ObjectsXml.Element(
            "ListBucketResult",
            ObjectsXml.Element("Name", call.Bucket),
            ObjectsXml.Element("Prefix", told(prefix)),
            delimiter is null ? null : ObjectsXml.Element("Delimiter", told(delimiter)),
            call.Query("encoding-type") is { } encoding ? ObjectsXml.Element("EncodingType", encoding) : null,
            ObjectsXml.Element("KeyCount", page.Objects.Count + page.CommonPrefixes.Count),
            ObjectsXml.Element("MaxKeys", most),
            ObjectsXml.Element("IsTruncated", page.NextAfter is null ? "false" : "true"),
            token is null ? null : ObjectsXml.Element("ContinuationToken", token),
            page.NextAfter is null ? null : ObjectsXml.Element("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page.NextAfter))),
            page.Objects.Select(item => ObjectsXml.Element(
                "Contents",
                ObjectsXml.Element("Key", told(item.Key)),
                ObjectsXml.Element("LastModified", ObjectsXml.Time(item.PutAt)),
                ObjectsXml.Element("ETag", $"\"{item.ETag}\""),
                ObjectsXml.Element("Size", item.Size),
                ObjectsXml.Element("StorageClass", "STANDARD"))),
            page.CommonPrefixes.Select(common => ObjectsXml.Element("CommonPrefixes", ObjectsXml.Element("Prefix", told(common))))), call.Aborted);
    }

    private static string Decode(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw ObjectsException.Invalid("The continuation token provided is incorrect");
    }
}
