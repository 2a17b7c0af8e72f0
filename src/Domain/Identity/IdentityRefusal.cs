namespace Berth.Domain;

/// <summary>The refusals of IAM, in its codes and words.</summary>
public static class IdentityRefusal
{
    /// <summary>There is no such thing.</summary>
    public static RefusedException NoSuchEntity(string message) => new("NoSuchEntity", message);

    /// <summary>No role of the name.</summary>
    public static RefusedException NoSuchRole(string name) => NoSuchEntity($"The role with name {name} cannot be found.");

    /// <summary>No policy with the ARN.</summary>
    public static RefusedException NoSuchPolicy(string arn) => NoSuchEntity($"Policy {arn} does not exist or is not attachable.");

    /// <summary>No instance profile of the name.</summary>
    public static RefusedException NoSuchInstanceProfile(string name) => NoSuchEntity($"Instance Profile {name} cannot be found.");

    internal static RefusedException AlreadyExists(string message) => new("EntityAlreadyExists", message);

    internal static RefusedException DeleteConflict(string message) => new("DeleteConflict", message);

    internal static RefusedException LimitExceeded(string quota, int most) => new("LimitExceeded", $"Cannot exceed quota for {quota}: {most}");

    internal static RefusedException InvalidInput(string message) => new("InvalidInput", message);

    internal static RefusedException Protected(string role) =>
        new("UnmodifiableEntity", $"Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS");
}
