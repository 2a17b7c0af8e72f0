using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DeleteTagsInput(
    bool? DryRun,
    [property: JsonPropertyName("resourceId")] IReadOnlyList<string>? Resources,
    [property: JsonPropertyName("tag")] IReadOnlyList<TagShape>? Tags);

/// <summary>Removes tags from things: those of a key, those of a key and a value, or without any named, all.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html</remarks>
internal sealed class DeleteTags(NetworkStreams streams) : IOperation<DeleteTagsInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var ids = Invalid.Required(request.Resources, "ResourceId");
        var tags = (request.Tags ?? []).Select(tag => KeyValuePair.Create(Invalid.Required(tag.Key, "Tag.Key"), tag.Value));
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new ChangeNetworkTags([.. ids], ImmutableSortedDictionary<string, string>.Empty, [.. tags], RemoveAll: request.Tags is not { Count: > 0 }), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
