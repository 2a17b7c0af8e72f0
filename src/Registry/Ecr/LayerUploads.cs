using Berth.Wire;

namespace Berth.Registry;

/// <summary>Layer uploads of the API: the same uploads as those of the distribution protocol, in the API's words.</summary>
internal static class LayerUploads
{
    /// <summary>Runs one step on an upload as its only writer.</summary>
    public static T Write<T>(BlobUploads uploads, RepositoryKey key, string uploadId, Func<BlobUpload, T> step)
    {
        if (uploads.Find(key, uploadId) is not { } upload)
        {
            throw NotFound(key, uploadId);
        }

        if (!upload.TryEnter())
        {
            throw Constraints.Violated("uploadId", "Another request is writing to this upload");
        }

        try
        {
            return upload.IsOver ? throw NotFound(key, uploadId) : step(upload);
        }
        finally
        {
            upload.Leave();
        }
    }

    private static AwsException NotFound(RepositoryKey key, string uploadId) => new(
        "UploadNotFoundException",
        400,
        $"The upload with id '{uploadId}' does not exist in the repository with name '{key.Name}' in the registry with id '{key.Account}'");
}
