using Berth.Wire;

namespace Berth.Identity;

internal sealed record CreateInstanceProfileInput(string? InstanceProfileName, string? Path, IReadOnlyList<TagShape>? Tags);

internal sealed record CreateInstanceProfileOutput(InstanceProfileShape InstanceProfile);

/// <summary>Creates an instance profile without a role.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html</remarks>
internal sealed class CreateInstanceProfile(IdentityStreams streams) : IOperation<CreateInstanceProfileInput, CreateInstanceProfileOutput>
{
    public async ValueTask<CreateInstanceProfileOutput> HandleAsync(CreateInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        var command = new Domain.CreateInstanceProfile(name, Invalid.Path(request.Path), Invalid.Tags(request.Tags));
        var profile = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(profile.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
