using Berth.Wire;

namespace Berth.Identity;

internal sealed record DeleteInstanceProfileInput(string? InstanceProfileName);

/// <summary>Deletes an instance profile that has no role any more.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html</remarks>
internal sealed class DeleteInstanceProfile(IdentityStreams streams) : IOperation<DeleteInstanceProfileInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(DeleteInstanceProfileInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.InstanceProfileName, "instanceProfileName");
        await streams.ExecuteAsync(context, new Domain.DeleteInstanceProfile(name), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
