using Berth.Wire;

namespace Berth.Identity;

internal sealed record CreateServiceLinkedRoleInput(string? AWSServiceName, string? Description, string? CustomSuffix);

internal sealed record CreateServiceLinkedRoleOutput(RoleShape Role);

/// <summary>Creates the role that a service has for itself.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html</remarks>
internal sealed class CreateServiceLinkedRole(IdentityStreams streams) : IOperation<CreateServiceLinkedRoleInput, CreateServiceLinkedRoleOutput>
{
    public async ValueTask<CreateServiceLinkedRoleOutput> HandleAsync(CreateServiceLinkedRoleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var service = Invalid.Name(request.AWSServiceName, "aWSServiceName");
        var suffix = string.IsNullOrEmpty(request.CustomSuffix) ? null : Invalid.Name(request.CustomSuffix, "customSuffix", Invalid.LongestRoleName);
        var description = Invalid.Description(request.Description);
        var role = await streams.ExecuteAsync(context, new Domain.CreateServiceLinkedRole(service, description, suffix), cancellationToken).ConfigureAwait(false);
        return new(role.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
