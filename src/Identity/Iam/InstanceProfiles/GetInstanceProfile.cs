using Berth.Wire;

namespace Berth.Identity;

internal sealed record GetInstanceProfileInput(string? InstanceProfileName);

internal sealed record GetInstanceProfileOutput(InstanceProfileShape InstanceProfile);

/// <summary>Tells all of an instance profile.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html</remarks>
internal sealed class GetInstanceProfile(IdentityStreams streams) : IOperation<GetInstanceProfileInput, GetInstanceProfileOutput>
{
    public async ValueTask<GetInstanceProfileOutput> HandleAsync(GetInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(state.InstanceProfile(name).Shape(state));
    }
}
