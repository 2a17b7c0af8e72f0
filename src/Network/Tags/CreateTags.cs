using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateTagsInput(
    bool? DryRun,
    [property: JsonPropertyName("ResourceId")] IReadOnlyList<string>? Resources,
    [property: JsonPropertyName("Tag")] IReadOnlyList<TagShape>? Tags);

/// <summary>Adds tags to things.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html</remarks>
internal sealed class CreateTags(NetworkStreams streams) : IOperation<CreateTagsInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(CreateTagsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var ids = Invalid.Required(request.Resources, "ResourceId");
        var tags = Invalid.Tags(Invalid.Required(request.Tags, "Tag"));
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, new ChangeNetworkTags([.. ids], tags, []), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
