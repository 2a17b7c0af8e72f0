using Berth.Wire;

namespace Berth.Identity;

internal sealed record ListInstanceProfilesInput(string? PathPrefix, string? Marker, int? MaxItems);

internal sealed record ListInstanceProfilesOutput(IReadOnlyList<InstanceProfileShape> InstanceProfiles, bool IsTruncated, string? Marker);

/// <summary>Lists instance profiles by name.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html</remarks>
internal sealed class ListInstanceProfiles(IdentityStreams streams) : IOperation<ListInstanceProfilesInput, ListInstanceProfilesOutput>
{
    public async ValueTask<ListInstanceProfilesOutput> HandleAsync(ListInstanceProfilesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var prefix = Invalid.PathPrefix(request.PathPrefix);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var profiles = state.InstanceProfiles.Values.Where(profile => profile.Path.StartsWith(prefix, StringComparison.Ordinal));
        var (page, truncated, marker) = Page.Of(profiles, profile => profile.Name, request.Marker, request.MaxItems);
        return new([.. page.Select(profile => profile.Shape(state, whole: false))], truncated, marker);
    }
}
