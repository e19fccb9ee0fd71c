package dev.weir.frameworks;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import org.jspecify.annotations.Nullable;

/** What somebody bought; Hibernate fills it. */
@Entity
@SequenceGenerator(name = "purchase_ids", sequenceName = "purchase_ids", allocationSize = 50)
class Purchase {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "purchase_ids")
  @Nullable Long id;

  String item = "";

  @ManyToOne(fetch = FetchType.LAZY)
  @Nullable Customer customer;

  /** For Hibernate. */
  Purchase() {}

  Purchase(Customer customer, String item) {
    this.customer = customer;
    this.item = item;
  }
}
