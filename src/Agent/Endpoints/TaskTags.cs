using System.Text.Json.Serialization;

namespace Berth.Agent;

/// <summary>The tags of a task and of its container instance, asked for when a container wants them.</summary>
/// <param name="Task">The task's; null where it has none.</param>
/// <param name="ContainerInstance">The instance's; null where it has none.</param>
/// <param name="Errors">What could not be asked.</param>
internal sealed record TaskTags(IReadOnlyDictionary<string, string>? Task, IReadOnlyDictionary<string, string>? ContainerInstance, IReadOnlyList<MetadataError>? Errors)
{
    public static async Task<TaskTags> AskAsync(EcsBackend backend, string task, string containerInstance, CancellationToken cancellationToken)
    {
        List<MetadataError> errors = [];
        var ofInstance = await AskAsync(backend, "ContainerInstanceTags", containerInstance, errors, cancellationToken).ConfigureAwait(false);
        var ofTask = await AskAsync(backend, "TaskTags", task, errors, cancellationToken).ConfigureAwait(false);
        return new(ofTask, ofInstance, errors.Count > 0 ? errors : null);
    }

    private static async Task<IReadOnlyDictionary<string, string>?> AskAsync(EcsBackend backend, string field, string arn, List<MetadataError> errors, CancellationToken cancellationToken)
    {
        try
        {
            var tags = await backend.ListTagsForResourceAsync(arn, cancellationToken).ConfigureAwait(false);
            return tags.Count > 0 ? tags.DistinctBy(tag => tag.Key).ToDictionary(tag => tag.Key, tag => tag.Value) : null;
        }
        catch (AwsCallException refusal)
        {
            errors.Add(new(field, refusal.Code, refusal.Message, (int)refusal.Status, arn));
        }
        catch (HttpRequestException failure)
        {
            errors.Add(new(field, "InternalServerError", failure.Message, 500, arn));
        }

        return null;
    }
}

/// <summary>Something of a document that could not be had.</summary>
internal sealed record MetadataError(string ErrorField, string ErrorCode, string ErrorMessage, int StatusCode, [property: JsonPropertyName("ResourceARN")] string ResourceArn);
